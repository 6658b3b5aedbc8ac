import Diagnostics
import Images
import JSON
import Paths
import Pictures

/// The times of an earlier run.
struct OpBenchBaseline {
  /// What became of an op since.
  struct Change {
    let key: String
    /// How many times as long it takes now.
    let ratio: Double
    /// Whether it takes longer than may be, and the intervals of both runs leave no doubt of it.
    let isSlower: Bool
  }

  private static let byteLimit = 64 << 20

  private var intervals: [String: SampleInterval] = [:]

  /// Reads what `bench --ops -o json` wrote.
  init(_ path: Path) throws(LimpidError) {
    do {
      let bytes = try InputFile.read(path, limit: Self.byteLimit)
      guard case .object(let document) = try JSONValue(parsing: bytes),
        case .array(let rows)? = document["rows"]
      else { throw LimpidError(.badData, "\(path): it is not of limpid bench --ops -o json") }
      for case .object(let row) in rows {
        guard case .string(let key)? = row["key"], case .object(let warm)? = row["warm"],
          let interval = SampleInterval(warm)
        else { throw LimpidError(.badData, "\(path): a row lacks its key or its times") }
        intervals[key] = interval
      }
    } catch let error as JSONFault {
      throw LimpidError(.badData, "\(path): \(error)")
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// nil for an op that the earlier run has not.
  func change(to row: OpMeasurement, threshold: Double) -> Change? {
    guard let old = intervals[row.subject.key] else { return nil }
    let new = row.warm.interval
    let ratio = new.median / max(old.median, 1e-9)
    return Change(
      key: row.subject.key, ratio: ratio,
      isSlower: ratio > threshold && new.low > old.high)
  }
}

extension SampleInterval {
  fileprivate init?(_ members: [String: JSONValue]) {
    let numbers = ["median_s", "low_s", "high_s"].compactMap { name -> Double? in
      switch members[name] {
      case .real(let number): number
      case .whole(let number): Double(number)
      default: nil
      }
    }
    guard numbers.count == 3 else { return nil }
    self.init(median: numbers[0], low: numbers[1], high: numbers[2])
  }
}
