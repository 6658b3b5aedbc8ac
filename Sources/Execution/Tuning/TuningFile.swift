import Checkpoints
import Foundation
import Images
import JSON
import OpenCL
import OpenCLExecutor
import Paths
import Pictures
import Tensors

/// What `limpid tune` found on a device, kept for the processes that come after.
///
/// It names the device, its driver and the kernels; for any other of these it counts for nothing.
package struct TuningFile: Sendable {
  /// nil when there is no place for it.
  package let path: Path?
  private let subject: TuningSubject
  private let table: TuningRow

  private static let byteLimit = 1 << 16

  /// - Parameters:
  ///   - dtype: how values are stored.
  ///   - folder: where such files lie; nil when there is none.
  package init(
    for device: Device, _ dtype: DType, in folder: Path? = CacheFolders.tuning
  ) {
    let family = KernelFamily(for: device)
    let subject = TuningSubject(device, dtype, family)
    self.subject = subject
    table = TuningTable.row(for: device, family: family)
    path = folder.map { $0.appending(Path(subject.fileName)) }
  }

  /// The values in effect on the device: the tables', and over them the file's if there is one.
  /// - Returns: also why a file that is there was passed over, on one line.
  package var tuning: (row: TuningRow, notice: String?) {
    guard let path, path.kind != nil else { return (table, nil) }
    do {
      let bytes = try SmallFile.bytes(path: path, limit: Self.byteLimit)
      return (table.replacing(try subject.choices(in: try JSONValue(parsing: bytes))), nil)
    } catch {
      return (table, "\(path) is passed over: \(error); limpid tune writes it anew")
    }
  }

  /// Keeps the values that differ from the tables', replacing a file that is there.
  /// - Returns: the path of the file.
  package func write(_ row: TuningRow) throws(LimpidError) -> Path {
    guard let path else {
      throw LimpidError(.cannotCreate, "no place for it: neither XDG_CACHE_HOME nor HOME is set")
    }
    let choices = row.differences(from: table).map { ($0.name, Choice.spelled(row[$0])) }
    do {
      try OutputFile.createDirectory(of: path)
      let text = try subject.document(Dictionary(uniqueKeysWithValues: choices))
      try OutputFile(path, overwrite: true).write(Array(text))
    } catch {
      throw LimpidError(error)
    }
    return path
  }
}
