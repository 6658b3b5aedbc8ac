import Diagnostics
import Images
import JSON
import Paths
import Pictures

/// The times of an earlier run.
struct BenchBaseline {
  /// What became of an op or a network since.
  struct Change {
    let key: String
    /// How many times as long it takes now.
    let ratio: Double
    /// Whether it takes longer than may be, and the intervals of both runs leave no doubt of it.
    let isSlower: Bool
  }

  private static let byteLimit = 64 << 20

  private var intervals: [String: SampleInterval] = [:]

  /// Reads what `bench -o json` wrote.
  init(_ path: Path) throws(LimpidError) {
    do {
      let bytes = try InputFile.read(path, limit: Self.byteLimit)
      guard case .object(let document) = try JSONValue(parsing: bytes),
        case .array(let rows)? = document["rows"]
      else { throw LimpidError(.badData, "\(path): it is not of limpid bench -o json") }
      for case .object(let row) in rows {
        guard case .string(let key)? = row["key"], let interval = Self.interval(of: row) else {
          throw LimpidError(.badData, "\(path): a row lacks its key or its times")
        }
        intervals[key] = interval
      }
    } catch let error as JSONFault {
      throw LimpidError(.badData, "\(path): \(error)")
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// Networks have one time, ops one of warm caches.
  private static func interval(of row: [String: JSONValue]) -> SampleInterval? {
    guard case .object(let warm)? = row["warm"] else { return SampleInterval(row) }
    return SampleInterval(warm)
  }

  /// nil for what the earlier run has not.
  func change(to row: some BenchRow, threshold: Double) -> Change? {
    guard let old = intervals[row.key] else { return nil }
    let new = row.interval
    let ratio = new.median / max(old.median, 1e-9)
    return Change(
      key: row.key, ratio: ratio,
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
