import Execution
import Foundation
import OpenCL
import OpenCLExecutor
import Paths
import Tensors
import Testing

/// What a tuning keeps, and what is not taken for one.
@Suite struct TuningFileTests {
  private static let device = Result { try #require(try Device.all().first(where: \.isCPU)) }

  /// A file in a folder of its own that is gone afterwards.
  private func withFile(
    _ dtype: DType = .f32, _ body: (TuningFile) throws -> Void
  ) throws {
    let folder = NSTemporaryDirectory() + "limpid-tuning-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(TuningFile(for: try Self.device.get(), dtype, in: Path(folder + "/a")))
  }

  private static func table() throws -> TuningRow {
    TuningTable.row(for: try device.get(), family: .cpu)
  }

  private static func tuned() throws -> TuningRow {
    let row = try table()
    let changes = Choice.all(of: .cpu).prefix(3).map { choice in
      (choice, choice.values.first { $0 != row[choice] }!)
    }
    return row.replacing(Dictionary(uniqueKeysWithValues: changes))
  }

  @Test func comesBack() throws {
    let table = try Self.table()
    try withFile { file in
      #expect(file.tuning.row == table && file.tuning.notice == nil)
      let tuned = try Self.tuned()
      let path = try file.write(tuned)
      #expect(path == file.path)
      #expect(file.tuning.row == tuned && file.tuning.notice == nil)
      _ = try file.write(table)
      #expect(file.tuning.row == table && file.tuning.notice == nil)
    }
  }

  /// Storage types have files of their own.
  @Test func namesDiffer() throws {
    let device = try Self.device.get()
    let paths = [DType.f32, .f16].map { TuningFile(for: device, $0, in: "folder").path }
    #expect(paths[0] != paths[1] && paths.allSatisfy { $0?.hasPrefix("folder/") == true })
    #expect(TuningFile(for: device, .f32, in: nil).path == nil)
  }

  private struct Damage: Sendable, CustomStringConvertible {
    let description: String
    /// What the line must say.
    let says: String
    let change: @Sendable (String) -> String

    static func replacing(_ pattern: String, _ text: String, says: String) -> Damage {
      Damage(description: "\(pattern) -> \(text)", says: says) {
        $0.replacingOccurrences(of: pattern, with: text, options: .regularExpression)
      }
    }
  }

  private static let damages = [
    Damage.replacing("\"driver\" : \"", "\"driver\" : \"older ", says: "driver"),
    .replacing("\"platform\" : \"", "\"platform\" : \"other ", says: "platform"),
    .replacing("\"name\" : [^,]*,", "", says: "name"),
    .replacing("\"kernels\" : \"", "\"kernels\" : \"0", says: "other kernels"),
    .replacing("\"dtype\" : \"f32\"", "\"dtype\" : \"f16\"", says: "not for f32"),
    .replacing("\"format\" : 1", "\"format\" : 2", says: "format"),
    .replacing("\"tile-single\"", "\"tile-unknown\"", says: "\"tile-unknown\""),
    .replacing("\"tile-single\" : \"[^\"]*\"", "\"tile-single\" : \"99x1\"", says: "tile-single"),
    .replacing("\"tile-single\" : \"[^\"]*\"", "\"tile-single\" : 16", says: "tile-single"),
    .replacing("\"tile-quads\"", "\"tile-single\"", says: "appears twice"),
    .replacing("\"choices\" :", "\"chosen\" :", says: "no choices"),
    Damage(description: "cut", says: "where") { String($0.prefix($0.count / 2)) },
    Damage(description: "empty", says: "where") { _ in "" },
    Damage(description: "a list", says: "no object") { "[\($0)]" },
    Damage(description: "long", says: "bytes") { $0 + String(repeating: " ", count: 1 << 16) },
  ]

  /// Whatever is wrong with a file, the tables hold and one line says why.
  @Test func othersAreRefused() throws {
    let table = try Self.table()
    try withFile { file in
      let path = try file.write(try Self.tuned())
      let text = try String(contentsOfFile: path.text, encoding: .utf8)
      for damage in Self.damages {
        let changed = damage.change(text)
        #expect(changed != text, "\(damage)")
        try changed.write(toFile: path.text, atomically: false, encoding: .utf8)
        let (row, notice) = file.tuning
        #expect(row == table, "\(damage)")
        let line = try #require(notice, "\(damage)")
        #expect(line.hasPrefix(path.text) && line.contains(damage.says), "\(damage): \(line)")
        #expect(!line.contains("\n"))
      }
    }
  }

  /// A folder where the file should be is a reason too.
  @Test func foldersAreRefused() throws {
    let table = try Self.table()
    try withFile { file in
      let path = try #require(file.path)
      try FileManager.default.createDirectory(atPath: path.text, withIntermediateDirectories: true)
      #expect(file.tuning.row == table)
      #expect(file.tuning.notice?.hasPrefix(path.text) == true)
    }
  }
}
