import COpenCL
import Glibc

/// An OpenCL device and what it reports of itself.
package struct Device: @unchecked Sendable {
  let id: cl_device_id

  package let name: String
  package let vendor: String
  package let platform: String
  /// `CL_DEVICE_VERSION`, such as "OpenCL 3.0 CUDA".
  package let version: String
  package let driver: String
  package let extensions: Set<String>
  package let isCPU: Bool
  package let isGPU: Bool
  /// Whether it uses the host's memory.
  package let isIntegrated: Bool
  package internal(set) var computeUnits: Int
  /// Floats in a vector register, as the runtime's compiler uses them.
  package let vectorFloats: Int
  /// Bytes.
  package let globalMemory: Int
  /// Bytes in one buffer.
  package let largestAllocation: Int
  /// Bytes of local memory for a work-group.
  package internal(set) var localMemory: Int
  package internal(set) var largestWorkGroup: Int
  /// Bytes at multiples of which a sub-buffer may start.
  package let alignment: Int

  /// What tells it and its driver from others, of whatever is found out about it and kept.
  package var identity: [String] { [platform, vendor, name, version, driver, "\(computeUnits)"] }

  /// Every device of every platform, in the loader's order. Discovery runs once in a process,
  /// since some runtimes do not bear it concurrently.
  package static func all() throws(OpenCLError) -> [Device] { try discovered.get() }

  private static let discovered: Result<[Device], OpenCLError> = {
    do throws(OpenCLError) { return .success(try discover()) } catch { return .failure(error) }
  }()

  private static func discover() throws(OpenCLError) -> [Device] {
    // PoCL compiles every kernel twice otherwise: for any size of work-groups, and for each that is
    // launched.
    setenv("POCL_WORK_GROUP_SPECIALIZATION", "0", 0)
    var count: cl_uint = 0
    let code = clGetPlatformIDs(0, nil, &count)
    guard code != CL_PLATFORM_NOT_FOUND_KHR, count > 0 else { return [] }
    try check(code, "clGetPlatformIDs")
    var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
    try check(clGetPlatformIDs(count, &platforms, nil), "clGetPlatformIDs")
    var devices: [Device] = []
    for case let platform? in platforms { devices += try discover(on: platform) }
    return devices
  }

  private static func discover(on platform: cl_platform_id) throws(OpenCLError) -> [Device] {
    let type = cl_device_type(CL_DEVICE_TYPE_ALL)
    var count: cl_uint = 0
    let code = clGetDeviceIDs(platform, type, 0, nil, &count)
    guard code != CL_DEVICE_NOT_FOUND, count > 0 else { return [] }
    try check(code, "clGetDeviceIDs")
    var ids = [cl_device_id?](repeating: nil, count: Int(count))
    try check(clGetDeviceIDs(platform, type, count, &ids, nil), "clGetDeviceIDs")
    var devices: [Device] = []
    for case let id? in ids { devices.append(try Device(id, on: platform)) }
    return devices
  }

  private init(_ id: cl_device_id, on platform: cl_platform_id) throws(OpenCLError) {
    self.id = id
    let info = DeviceInfo(id: id)
    name = try info.string(CL_DEVICE_NAME)
    vendor = try info.string(CL_DEVICE_VENDOR)
    version = try info.string(CL_DEVICE_VERSION)
    driver = try info.string(CL_DRIVER_VERSION)
    extensions = Set(try info.string(CL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init))
    let type: cl_device_type = try info.value(CL_DEVICE_TYPE, 0)
    isCPU = type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0
    isGPU = type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0
    isIntegrated = try info.value(CL_DEVICE_HOST_UNIFIED_MEMORY, cl_bool(0)) != 0
    computeUnits = Int(try info.value(CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint(0)))
    vectorFloats = Int(try info.value(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, cl_uint(0)))
    globalMemory = Int(clamping: try info.value(CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong(0)))
    largestAllocation = Int(clamping: try info.value(CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong(0)))
    localMemory = Int(clamping: try info.value(CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong(0)))
    largestWorkGroup = try info.value(CL_DEVICE_MAX_WORK_GROUP_SIZE, 0)
    alignment = max(Int(try info.value(CL_DEVICE_MEM_BASE_ADDR_ALIGN, cl_uint(0))) / 8, 128)
    self.platform = try platformName(platform)
  }
}

private func platformName(_ platform: cl_platform_id) throws(OpenCLError) -> String {
  let key = cl_platform_info(CL_PLATFORM_NAME)
  var size = 0
  try check(clGetPlatformInfo(platform, key, 0, nil, &size), "clGetPlatformInfo")
  var bytes = [UInt8](repeating: 0, count: size)
  try check(clGetPlatformInfo(platform, key, size, &bytes, nil), "clGetPlatformInfo")
  return string(bytes)
}

/// Typed access to clGetDeviceInfo.
private struct DeviceInfo {
  let id: cl_device_id

  func value<Value: BitwiseCopyable>(_ key: Int32, _ initial: Value) throws(OpenCLError) -> Value {
    var value = initial
    let size = MemoryLayout<Value>.size
    try check(clGetDeviceInfo(id, cl_device_info(key), size, &value, nil), "clGetDeviceInfo")
    return value
  }

  func string(_ key: Int32) throws(OpenCLError) -> String {
    var size = 0
    try check(clGetDeviceInfo(id, cl_device_info(key), 0, nil, &size), "clGetDeviceInfo")
    var bytes = [UInt8](repeating: 0, count: size)
    try check(clGetDeviceInfo(id, cl_device_info(key), size, &bytes, nil), "clGetDeviceInfo")
    return OpenCL.string(bytes)
  }
}

/// A C string's text.
func string(_ bytes: [UInt8]) -> String {
  String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}
