import Glibc

/// Which names a request may call the server by. A page elsewhere can lead a name of its own to
/// this machine (DNS rebinding), but no address.
package struct HostPolicy: Sendable {
  private let names: Set<String>
  private let origins: Set<String>

  package init(names: [String], origins: [String]) {
    self.names = Set(names.map { $0.lowercased() } + ["localhost"])
    self.origins = Set(origins.map { $0.lowercased() })
  }

  /// - Parameter host: the value of `Host`, which may have a port.
  package func accepts(host: String) -> Bool {
    let name = Self.name(host)
    return names.contains(name) || Self.isAddress(name)
  }

  /// Whether a page of this origin may ask: one of this server's own, or of those that were named.
  package func accepts(origin: String, to host: String) -> Bool {
    let origin = origin.lowercased()
    let own = ["http://", "https://"].map { $0 + host.lowercased() }
    return origins.contains(origin) || own.contains(origin)
  }

  /// The origin as it is answered to pages; nil for one that was not named.
  package func allowed(_ origin: String?) -> String? {
    origin.flatMap { origins.contains($0.lowercased()) ? $0 : nil }
  }

  /// Without the port and the brackets of addresses.
  private static func name(_ host: String) -> String {
    if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }).lowercased() }
    return String(host.prefix { $0 != ":" }).lowercased()
  }

  private static func isAddress(_ name: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1
  }
}
