import CServing

/// The description of all routes, in the form of OpenAPI 3.1.
package enum Description {
  package static let text = String(
    decoding: UnsafeRawBufferPointer(
      start: limpid_openapi(), count: limpid_openapi_length()), as: UTF8.self)
}
