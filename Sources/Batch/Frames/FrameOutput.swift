import Glibc
import Images
import Paths
import Pictures

/// Restored frames as a stream, in order, in whatever order they come.
final class FrameOutput: Sendable {
  /// Frames that may be on their way at once.
  private static let limit = 32

  private struct State: Sendable {
    var next: Int
    /// Frames before which others are missing.
    var waiting: [Int: [UInt8]] = [:]
    /// The stream's first line with its end; empty before the first frame.
    var firstLine: [UInt8]
    var isOver = false
  }

  private let state: Monitor<State>
  private let name: Path
  private let descriptor: Int32

  /// - Parameters:
  ///   - name: what messages call the stream.
  ///   - descriptor: open for writing, and left open.
  ///   - written: what the stream has already.
  init(_ name: Path, on descriptor: Int32, after written: WrittenFrames) {
    (self.name, self.descriptor) = (name, descriptor)
    state = Monitor(State(next: written.count, firstLine: written.firstLine))
  }

  /// Waits until the frame at `place` may set out; false when no more may.
  func waitForRoom(at place: Int) -> Bool {
    state.wait { state in
      if state.isOver { return false }
      return place - state.next < Self.limit ? true : nil
    }
  }

  /// Takes a file of one frame, and writes what it was waited for.
  func put(_ file: [UInt8], at place: Int) throws(LimpidError) {
    let failure: LimpidError? = state.change { state in
      state.waiting[place] = file
      while let next = state.waiting.removeValue(forKey: state.next) {
        do throws(LimpidError) {
          try write(next, &state)
          state.next += 1
        } catch {
          state.isOver = true
          return error
        }
      }
      return nil
    }
    if let failure { throw failure }
  }

  private func write(_ file: [UInt8], _ state: inout State) throws(LimpidError) {
    let end = file.firstIndex(of: 0x0A) ?? file.count - 1
    let isFirst = state.firstLine.isEmpty
    if isFirst { state.firstLine = Array(file[...end]) }
    guard file.starts(with: state.firstLine) else {
      throw LimpidError(
        .failed, "\(name): a frame is of another size than the first", endsRun: true)
    }
    let failure = OutputFile.writeAll(isFirst ? file : Array(file[(end + 1)...]), to: descriptor)
    guard failure == 0 else {
      throw LimpidError(
        .transfer, "\(name): \(String(cString: strerror(failure)))", endsRun: true)
    }
  }
}
