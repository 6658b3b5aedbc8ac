import Foundation

/// A file of the tests' resources.
func fixture(_ name: String) -> URL {
  Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(name)")
}
