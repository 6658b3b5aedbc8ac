import Foundation
import Paths
import Pictures

extension Picture {
  /// Decodes the first image of a file in any format that can be read: upright, in sRGB, its
  /// transparency dropped.
  /// - Throws: ``LimpidError`` for what is not there, damaged or larger than 268 megapixels.
  public init(contentsOf url: URL) async throws(LimpidError) {
    let path = try url.filePath
    self = try await WorkExecutor().run { Picture(try Pictures.Picture(contentsOf: path)) }
  }

  /// Encodes the picture into a file, which appears whole or not at all.
  ///
  /// Of the options, those about an input's alpha, pages, profile and metadata say nothing here.
  /// - Parameters:
  ///   - url: a file; its name's ending says the format unless the options do.
  ///   - options: how it is written.
  /// - Throws: ``LimpidError`` for a file that cannot be created, or that exists and is not to be
  ///   replaced.
  public func write(
    to url: URL, _ options: OutputOptions = OutputOptions()
  ) async throws(LimpidError) {
    let (path, output) = (try url.filePath, try options.packaged)
    try await WorkExecutor().run { try packaged.write(to: path, output) }
  }
}

extension URL {
  /// Where it is in the file system.
  /// - Throws: ``LimpidError`` for a URL of another scheme.
  var filePath: Path {
    get throws(LimpidError) {
      guard isFileURL else {
        throw LimpidError(.invalidRequest, "\(absoluteString): it is no URL of a file")
      }
      return withUnsafeFileSystemRepresentation { name in
        name.map(Path.init(cString:)) ?? Path(path(percentEncoded: false))
      }
    }
  }
}
