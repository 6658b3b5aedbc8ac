import IR
import OpenCL

extension OpenCLError: ExecutionError {}
