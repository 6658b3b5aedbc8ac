import Paths

/// Kinds of pictures that are not read, as the endings of names tell them.
package enum UnreadPictures {
  /// Why a file of this name is not read; nil for what is read, and for what is no picture.
  package static func reason(for name: Path) -> String? {
    if let format = ImageFormat(forOutput: name) {
      do throws(ImageError) {
        try format.requireLibrary()
        return nil
      } catch {
        return "\(error)"
      }
    }
    let ending = name.ending.text.lowercased()
    return kinds.first { $0.endings.contains(ending) }.map { "\($0.name) is not read" }
  }

  private static let kinds: [(name: String, endings: Set<String>)] = [
    ("GIF", ["gif"]),
    ("BMP", ["bmp", "dib"]),
    ("JPEG 2000", ["jp2", "j2k", "jpf", "jpx", "j2c"]),
    ("JPEG XR", ["jxr", "wdp", "hdp"]),
    (
      "a camera's raw file",
      [
        "dng", "cr2", "cr3", "crw", "nef", "nrw", "arw", "srf", "sr2", "orf", "rw2", "raf", "pef",
        "srw", "x3f", "3fr", "iiq", "rwl", "erf", "mrw", "kdc", "dcr", "mef", "mos", "raw",
      ]
    ),
    ("PSD", ["psd", "psb"]),
    ("OpenEXR", ["exr"]),
    ("Radiance HDR", ["hdr", "pic"]),
    ("PNM", ["pnm", "ppm", "pgm", "pbm", "pam", "pfm"]),
    ("TGA", ["tga"]),
    ("DDS", ["dds"]),
    ("QOI", ["qoi"]),
    ("an icon", ["ico", "icns", "cur"]),
    ("DICOM", ["dcm", "dicom"]),
    ("FITS", ["fits", "fit", "fts"]),
    ("a picture of shapes", ["svg", "svgz", "eps", "ai", "wmf", "emf"]),
    ("a painting program's file", ["xcf", "kra", "clip", "afphoto", "ora"]),
  ]
}
