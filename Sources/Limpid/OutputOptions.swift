/// How pictures become files.
public struct OutputOptions: Hashable, Sendable {
  /// What a file can be: AVIF and JPEG XL where libheif and libjxl are installed.
  public enum Format: String, CaseIterable, Hashable, Sendable {
    case png, jpeg, webp, tiff, avif, jxl
  }

  /// Bits per sample of a PNG or TIFF.
  public enum BitDepth: Int, CaseIterable, Hashable, Sendable {
    case eight = 8
    case sixteen = 16
  }

  /// What becomes of transparency.
  public enum Alpha: String, CaseIterable, Hashable, Sendable {
    /// It stays as it is.
    case keep
    /// It is restored like a gray picture, unless it is the same everywhere.
    case restore
    /// It is left out, and what it hid is seen.
    case drop
  }

  /// What becomes of a picture that is not stored upright.
  public enum Orientation: String, CaseIterable, Hashable, Sendable {
    /// Its pixels are turned, and its tags say that it is upright.
    case bake
    /// Pixels and tags stay.
    case keep
  }

  /// Which pages of a TIFF are restored.
  public enum Pages: String, CaseIterable, Hashable, Sendable {
    case first
    /// Every one, into a TIFF of as many pages.
    case all
  }

  /// An encoded colour.
  public struct Colour: Hashable, Sendable {
    /// In 0...1.
    public var red, green, blue: Float

    /// Encoded values in 0...1.
    public init(red: Float, green: Float, blue: Float) {
      (self.red, self.green, self.blue) = (red, green, blue)
    }
  }

  /// nil: as the output's name says.
  public var format: Format?
  /// Bits per PNG or TIFF sample; nil for the input's own.
  public var bitDepth: BitDepth?
  /// Whether 8-bit samples are dithered, so that gradients show no bands.
  public var dithers = false
  /// 1...100; nil stands for 95 in JPEG and for lossless in WebP.
  public var quality: Int?
  /// Of PNG and TIFF, 0...9.
  public var compression = 6
  /// What transparent pictures are laid over before they are restored; nil keeps transparency.
  public var background: Colour?
  /// What becomes of transparency.
  public var alpha = Alpha.keep
  /// Whether colours leave in sRGB instead of the profile that they came in.
  public var convertsToSRGB = false
  /// What becomes of pictures that are not stored upright.
  public var orientation = Orientation.bake
  /// Which pages of a TIFF are restored.
  public var pages = Pages.first
  /// Leaves out EXIF, XMP, text and density; the colour profile stays, since pixels depend on it.
  public var stripsMetadata = false
  /// Leaves out where a picture was taken.
  public var stripsLocation = false
  /// How the picture was made, recorded in the file; nil records nothing.
  public var record: String?
  /// Whether a file that exists is replaced; inputs never are.
  public var overwrites = false

  /// As the input is.
  public init() {}
}
