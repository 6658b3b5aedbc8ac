#!/usr/bin/env bash
# Finds the OpenCL driver and loader, builds the probe and runs it. Arguments: probe numbers (default all).
# PROBE_CARRY: folder with libOpenCL.so.1 and include/CL, default .probe in the repository root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
carry=${PROBE_CARRY:-$here/../../.probe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folders=(/usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/local/nvidia /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/lib
         /usr/local/cuda/lib64 /usr/local/cuda/targets/x86_64-linux/lib /usr/local/cuda/compat)

find_library() {  # name pattern -> first file
  ldconfig -p 2>/dev/null | awk -v p="$1" 'index($1, p) == 1 {print $NF; exit}' | grep . && return
  for folder in "${folders[@]}"; do
    find -L "$folder" -maxdepth 4 -name "$1*" 2>/dev/null | head -1 | grep . && return
  done
  return 1
}

report_driver() {
  driver=$(find_library libnvidia-opencl.so) || driver=
  if [[ -n $driver ]]; then
    mkdir -p "$work/vendors"
    echo "$driver" > "$work/vendors/nvidia.icd"
    export OCL_ICD_VENDORS=$work/vendors OCL_ICD_FILENAMES=$driver
    export LD_LIBRARY_PATH=$(dirname "$driver"):${LD_LIBRARY_PATH-}
    echo "PROBE 0 driver: OK $driver"
  else
    echo "PROBE 0 driver: unsupported: no libnvidia-opencl.so; vendors present: $(ls /etc/OpenCL/vendors 2>/dev/null | tr '\n' ' ')"
  fi
  command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,persistence_mode --format=csv,noheader
}

find_loader() {
  loader=
  for candidate in "$carry/libOpenCL.so.1" "$(find_library libOpenCL.so.1)"; do
    [[ -e $candidate ]] && { loader=$candidate; break; }
  done
  includes=()
  for folder in "$carry/include" /usr/include /usr/local/cuda/include /usr/local/cuda/targets/x86_64-linux/include; do
    [[ -e $folder/CL/cl.h ]] && { includes=(-I "$folder"); break; }
  done
  echo "PROBE 0 loader: ${loader:-MISSING}, headers: ${includes[1]-MISSING}"
  echo "    in the CUDA toolkit: $(ls -d /usr/local/cuda*/include/CL /usr/local/cuda*/lib64/libOpenCL* 2>/dev/null | tr '\n' ' ')"
}

report_driver
find_loader
[[ -n $loader && ${#includes[@]} -gt 0 ]] || { echo "PROBE 0 loader: FAILED, carry the folder $carry"; exit 1; }
export CUDA_CACHE_PATH=$work/cache TMPDIR=$work
export LD_LIBRARY_PATH=$(dirname "$loader"):${LD_LIBRARY_PATH-}
gcc -std=c11 -O1 -w "${includes[@]}" -o "$work/probe" "$here"/*.c "$loader" -ldl -lm || { echo "PROBE 0 build: FAILED"; exit 1; }
"$work/probe" "$@"
