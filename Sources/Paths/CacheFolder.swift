import Glibc

/// Where files lie that can be made anew (XDG Base Directory Specification).
package enum CacheFolder {
  /// `$XDG_CACHE_HOME/limpid/NAME`, or the same below `~/.cache`; nil where neither
  /// `XDG_CACHE_HOME` nor `HOME` is set.
  package static func path(_ name: String) -> String? {
    if let base = getenv("XDG_CACHE_HOME") { return String(cString: base) + "/limpid/" + name }
    return getenv("HOME").map { String(cString: $0) + "/.cache/limpid/" + name }
  }
}
