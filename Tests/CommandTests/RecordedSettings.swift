import Images

extension Image {
  /// How the image was made, from where PNG keeps it.
  var recordedSettings: String? {
    metadata.text.first { $0.keyword == "parameters" }?.text
  }
}
