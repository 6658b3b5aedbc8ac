import Glibc
import Paths
import Pictures

/// The OpenCL drivers of a machine and the graphics cards that are to be driven, as the loader's
/// folder and the kernel's list of PCI devices show them.
package struct Drivers {
  /// What keeps devices from being found, a sentence each: drivers that do not load, cards without
  /// a driver; empty where nothing is amiss.
  package let complaints: [String]
  /// Whether a driver loads.
  private let areAny: Bool

  /// Why no device at all is found, the first of the complaints if there are any.
  package var reasonForNone: String {
    complaints.first
      ?? (areAny
        ? "the OpenCL drivers show none: Mesa's wants RUSTICL_ENABLE set, all want to read /dev/dri"
        : "no OpenCL driver and no graphics card: install pocl-opencl-icd, which computes on the "
          + "CPU")
  }

  /// - Parameters:
  ///   - folder: of the files that name drivers, or one such file; nil for the loader's own.
  ///   - cards: the folder of the PCI devices.
  package init(folder: Path? = nil, cards: Path = "/sys/bus/pci/devices") {
    let entries = Self.entries(of: folder ?? Self.standardFolder)
    let broken = entries.filter { $0.fault != nil }
    areAny = broken.count < entries.count
    let driven = Set(entries.flatMap(\.makers))
    let idle = Self.cards(in: cards).filter { !driven.contains($0.maker) }
    complaints = broken.map(\.complaint) + idle.map(\.complaint)
  }

  private static var standardFolder: Path {
    getenv("OCL_ICD_VENDORS").map { Path(cString: $0) } ?? "/etc/OpenCL/vendors"
  }

  private static func entries(of folder: Path) -> [DriverEntry] {
    let paths = folder.entries.map { names in names.sorted().map(folder.appending) }
    return (paths ?? [folder]).filter { $0.hasSuffix(".icd") }.compactMap(DriverEntry.init)
  }

  private static func cards(in folder: Path) -> [Card] {
    (folder.entries ?? []).sorted().compactMap { Card(folder.appending($0)) }
  }
}

/// A file that names the library of a driver.
private struct DriverEntry {
  let path: Path
  let library: String
  /// Why the library does not load; nil when it does.
  let fault: String?

  init?(_ path: Path) {
    guard let library = firstWord(of: path) else { return nil }
    (self.path, self.library) = (path, library)
    fault = Self.fault(of: library)
  }

  private static func fault(of library: String) -> String? {
    guard let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) else {
      return dlerror().map { String(cString: $0) } ?? "no reason is given"
    }
    dlclose(handle)
    return nil
  }

  /// Whose cards the driver is for.
  var makers: [CardMaker] { CardMaker.allCases.filter { $0.drives(library) } }

  var complaint: String {
    let package = DriverPackage.of(library)
    return "\(path) names a driver that does not load (\(fault ?? "")): "
      + (package.map { "install \($0), or remove the file" } ?? "install it, or remove the file")
  }
}

/// A graphics card on the PCI bus.
private struct Card {
  let maker: CardMaker
  /// Where it is, such as `0000:01:00.0`.
  let address: String

  /// nil for whatever is not a display controller or accelerator of a known maker.
  init?(_ folder: Path) {
    guard let kind = Self.number(folder.appending("class")), [0x03, 0x12].contains(kind >> 16),
      let maker = Self.number(folder.appending("vendor")).flatMap(CardMaker.init)
    else { return nil }
    self.maker = maker
    address = folder.name.text
  }

  /// A hexadecimal number such as `0x10de` that a file holds.
  private static func number(_ path: Path) -> Int? {
    firstWord(of: path).flatMap { $0.hasPrefix("0x") ? Int($0.dropFirst(2), radix: 16) : nil }
  }

  var complaint: String {
    "the \(maker) card at \(address) has no OpenCL driver: install \(maker.package)"
  }
}

/// Makers of cards; the raw values are their numbers on the PCI bus.
private enum CardMaker: Int, CaseIterable, CustomStringConvertible {
  case nvidia = 0x10de
  case amd = 0x1002
  case intel = 0x8086

  var description: String {
    switch self {
    case .nvidia: "NVIDIA"
    case .amd: "AMD"
    case .intel: "Intel"
    }
  }

  var package: String {
    switch self {
    case .nvidia: DriverPackage.nvidia
    case .amd: "\(DriverPackage.mesa), or AMD's \(DriverPackage.rocm)"
    case .intel: DriverPackage.intel
    }
  }

  /// Whether a driver's library is for this maker's cards.
  func drives(_ library: String) -> Bool {
    let names =
      switch self {
      case .nvidia: ["nvidia-opencl"]
      case .amd: ["amdocl", "RusticlOpenCL", "MesaOpenCL"]
      case .intel: ["igdrcl", "RusticlOpenCL"]
      }
    return names.contains { Path(library).name.text.contains($0) }
  }
}

/// What brings a driver on Debian and Ubuntu.
private enum DriverPackage {
  static let nvidia = "nvidia-opencl-icd (Debian) or the driver's libnvidia-compute (Ubuntu)"
  static let mesa = "mesa-opencl-icd"
  static let rocm = "rocm-opencl-runtime"
  static let intel = "intel-opencl-icd"

  /// The package of a library; nil for one that is not known.
  static func of(_ library: String) -> String? {
    let known = [
      "nvidia-opencl": nvidia, "amdocl": rocm, "RusticlOpenCL": mesa, "MesaOpenCL": mesa,
      "igdrcl": intel, "pocl": "pocl-opencl-icd",
    ]
    let name = Path(library).name.text
    return known.first { name.contains($0.key) }?.value
  }
}

/// What a file begins with, up to white space; nil when it cannot be read or begins with that. The
/// kernel's files do not tell their size.
private func firstWord(of path: Path) -> String? {
  guard let file = fopen(path.cString, "re") else { return nil }
  defer { fclose(file) }
  var line = [UInt8](repeating: 0, count: 256)
  let count = fread(&line, 1, line.count, file)
  let word = line.prefix(count).prefix { $0 > UInt8(ascii: " ") }
  return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
}
