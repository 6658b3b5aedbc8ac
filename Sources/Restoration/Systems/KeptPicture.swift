import Pictures

/// A picture that was asked for beside a restored one.
package struct KeptPicture: Sendable {
  /// What it shows, such as `reference`; follows the result's name where it is written.
  package let name: String
  package let picture: Picture
  /// Whether it is a state of the restored picture, whose transparency and colours it shares.
  package let isState: Bool

  package init(_ name: String, _ picture: Picture, isState: Bool) {
    (self.name, self.picture, self.isState) = (name, picture, isState)
  }
}
