import Foundation
import LimpidCommand
import Testing

@testable import Serving

/// The committed description says what the routes are.
@Suite struct DescriptionTests {
  private static func document() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(Description.text.utf8))
    return try #require(value as? [String: Any])
  }

  @Test func everyRouteIsDescribed() throws {
    let paths = try #require(try Self.document()["paths"] as? [String: [String: Any]])
    let described = paths.flatMap { path, methods in
      methods.keys.map { "\($0.uppercased()) \(path)" }
    }
    #expect(Set(described) == Set(Route.allCases.map(\.rawValue)))
    for (path, methods) in paths {
      for (method, operation) in methods {
        let responses = try #require((operation as? [String: Any])?["responses"] as? [String: Any])
        #expect(responses["421"] != nil && responses["403"] != nil, "\(method) \(path)")
        let route = try Route.find(method.uppercased(), path).route
        #expect((responses["401"] != nil) == route.needsKey, "\(method) \(path)")
        #expect((responses["429"] != nil) == route.takesBody, "\(method) \(path)")
      }
    }
  }

  @Test func everyOptionIsDescribed() throws {
    let components = try #require(try Self.document()["components"] as? [String: [String: Any]])
    let parameters = try #require(components["parameters"]?.keys)
    #expect(Set(parameters) == RequestedRestoration.options.union(["model", "name"]))
  }

  /// Each form that brings a picture may bring others.
  @Test func everyPictureIsDescribed() throws {
    let paths = try #require(try Self.document()["paths"] as? [String: [String: Any]])
    for route in Route.allCases where route.takesBody {
      let operation = paths[route.path]?[route.method.lowercased()] as? [String: Any]
      let content = (operation?["requestBody"] as? [String: Any])?["content"] as? [String: Any]
      let form = content?["multipart/form-data"] as? [String: Any]
      let schema = form?["schema"] as? [String: Any]
      let properties = try #require(schema?["properties"] as? [String: [String: Any]])
      let files = properties.filter { $0.value["format"] as? String == "binary" }
      #expect(Set(files.keys) == RequestedRestoration.pictures.union(["image"]), "\(route)")
    }
  }
}
