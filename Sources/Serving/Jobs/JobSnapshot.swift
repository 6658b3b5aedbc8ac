import Foundation
import Images

/// How far a picture is.
package enum JobState: String, Codable, Sendable {
  case queued, running, done, failed, cancelled

  package var isFinal: Bool { self != .queued && self != .running }
}

/// A restored picture's file.
package struct RestoredFile: Sendable {
  package let bytes: [UInt8]
  package let format: ImageFormat
  /// In pixels.
  package let width: Int
  package let height: Int
  /// Seconds of each part of the work, under the names of HTTP's `Server-Timing`.
  package let timing: [(name: String, seconds: Double)]
  /// One line each.
  package let warnings: [String]
}

/// What is told of a job.
package struct JobSnapshot: Codable, Sendable {
  package let id: String
  package let model: String
  package let state: JobState
  /// Of the work, 0 to 1.
  package let progress: Double
  package let created: Date
  /// Where the result is; nil until there is one.
  package let result: String?
  /// Why there is none.
  package let error: String?
}
