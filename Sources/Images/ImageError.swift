import Paths

/// Why an image could not be read, decoded, encoded or written. The description is one line;
/// only ``file(_:)`` names a path.
package enum ImageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// None of the formats that are read; the text says what the bytes look like.
  case unknownFormat(String)
  /// The data ends before the image does.
  case truncated(ImageFormat)
  /// The data contradicts its format.
  case corrupt(ImageFormat, String)
  /// Beyond ``ImageLimits`` or the format's own limits, with the numbers.
  case tooLarge(String)
  /// Valid, but not something that can be done; the text says what to do instead.
  case unsupported(String)
  /// What an output's format cannot hold.
  case unfit(ImageFormat, Content)
  case outOfMemory
  case file(FileFault)

  /// Of an image.
  package enum Content: String, Sendable {
    case transparency
    case pages = "several pages"
  }

  package var description: String {
    switch self {
    case .unknownFormat(let looks):
      "not a PNG, JPEG, WebP, TIFF, HEIC, AVIF or JPEG XL image: \(looks)"
    case .truncated(let format): "the \(format) is truncated: its data ends too early"
    case .corrupt(let format, let detail): "the \(format) is corrupt: \(detail)"
    case .tooLarge(let detail): "the image is too large: \(detail)"
    case .unsupported(let detail): detail
    case .unfit(let format, let content):
      "it has \(content.rawValue), which \(format) cannot hold"
    case .outOfMemory: "not enough memory for the image"
    case .file(let fault): fault.description
    }
  }
}

/// What went wrong with a file as such, apart from its contents.
package struct FileFault: Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// No such input.
    case missing
    /// The input is a directory, a pipe or a device, or permission is denied.
    case unusable
    /// The output exists and overwriting was not asked for.
    case exists
    /// The output is one of the inputs.
    case sameFile
    /// The output is no regular file.
    case special
    /// The output's directory does not exist or does not let files be created.
    case cannotCreate
    /// The output's file system takes no writes.
    case readOnly
    /// The output's file system is full, or the user's share of it.
    case noSpace
    /// Reading or writing failed half-way.
    case transfer
  }

  package let kind: Kind
  package let path: Path
  /// One line, without the path.
  package let detail: String

  /// Of an image.
  package enum Content: String, Sendable {
    case transparency
    case pages = "several pages"
  }

  package var description: String { "\(path): \(detail)" }
}
