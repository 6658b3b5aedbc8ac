// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Whether pkg-config would find a library. What is optional is built without, where it is missing
/// or `LIMPID_WITHOUT` names it.
func isInstalled(_ library: String) -> Bool {
  if Context.environment["LIMPID_WITHOUT"] == library { return false }
  let listed = (Context.environment["PKG_CONFIG_PATH"] ?? "").split(separator: ":").map(String.init)
  let roots = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib"]
  let inner = roots.flatMap { root in
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return entries.filter { $0.contains("-linux-") }.map { "\(root)/\($0)" }
  }
  let folders = listed + (roots + inner).map { "\($0)/pkgconfig" }
  return folders.contains { FileManager.default.fileExists(atPath: "\($0)/\(library).pc") }
}

let hasHEIF = isInstalled("libheif")
let hasJXL = isInstalled("libjxl")
let optionalCodecs: [Target] =
  (hasHEIF
    ? [.systemLibrary(name: "CHEIF", pkgConfig: "libheif", providers: [.apt(["libheif-dev"])])]
    : [])
  + (hasJXL
    ? [.systemLibrary(name: "CJXL", pkgConfig: "libjxl", providers: [.apt(["libjxl-dev"])])]
    : [])

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "Limpid",
  products: [
    .library(name: "Limpid", targets: ["Limpid"]),
    .executable(name: "limpid", targets: ["LimpidProgram"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
  ],
  targets: [
    .target(name: "Paths", swiftSettings: strict),
    .target(name: "Processes", swiftSettings: strict),
    .target(name: "Tensors", swiftSettings: strict),
    .target(name: "Forms", swiftSettings: strict),
    .target(name: "JSON", swiftSettings: strict),
    .target(name: "IR", dependencies: ["Tensors"], swiftSettings: strict),
    .target(name: "Networks", dependencies: ["Tensors", "IR", "JSON"], swiftSettings: strict),
    .target(name: "ReferenceExecutor", dependencies: ["Tensors", "IR"], swiftSettings: strict),
    .target(
      name: "Checkpoints", dependencies: ["Paths", "Tensors", "IR", "JSON"], swiftSettings: strict),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Diffusion", dependencies: ["Tensors", "IR", "JSON", "CZlib"], swiftSettings: strict),

    .target(
      name: "Language",
      dependencies: ["Tensors", "JSON", "IR", "Networks", "Checkpoints", "Diffusion"],
      swiftSettings: strict),

    .systemLibrary(
      name: "COpenCL", pkgConfig: "OpenCL",
      providers: [.apt(["ocl-icd-opencl-dev", "opencl-headers"])]),
    .target(name: "OpenCL", dependencies: ["COpenCL"], swiftSettings: strict),
    .target(
      name: "CKernels", path: "Kernels",
      exclude: ["common", "cpu", "gpu", "portable", "tuning"],
      sources: ["embedded.c"], publicHeadersPath: "include"),
    .target(
      name: "OpenCLExecutor",
      dependencies: ["Processes", "Paths", "Tensors", "IR", "JSON", "OpenCL", "CKernels"],
      swiftSettings: strict),
    .target(
      name: "Conformance",
      dependencies: ["Tensors", "IR", "ReferenceExecutor", "OpenCL", "OpenCLExecutor"],
      swiftSettings: strict),

    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
    .target(
      name: "CodecShims",
      dependencies: ["CPNG", "CJPEG", "CWebP", "CTIFF"]
        + optionalCodecs.map { .byName(name: $0.name) },
      exclude: (hasHEIF ? ["heif_missing.c"] : ["heif_reader.c", "avif_writer.c"])
        + (hasJXL ? ["jxl_missing.c"] : ["jxl_reader.c", "jxl_writer.c"]),
      publicHeadersPath: "include",
      linkerSettings: [
        .linkedLibrary("webpdemux"), .linkedLibrary("webpmux"), .linkedLibrary("m"),
      ]),
    .target(
      name: "Images", dependencies: ["Paths", "Tensors", "CodecShims", "CLCMS"],
      swiftSettings: strict),

    .target(name: "CQuality", exclude: ["niqe.f64", "NOTICE"]),
    .target(name: "Quality", dependencies: ["Images", "Tensors", "CQuality"], swiftSettings: strict),
    .target(
      name: "Pictures", dependencies: ["Images", "Paths", "Tensors", "CCrypto"],
      swiftSettings: strict),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "CPages", exclude: [
        "comparison.html", "comparison-tools.html", "comparison.css", "comparison.js",
        "report.html", "report.css",
      ]),
    .target(
      name: "Pages", dependencies: ["Pictures", "Images", "Paths", "CPages"],
      swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["OpenCLExecutor", "Pages", "CPages"], swiftSettings: strict),
    .target(name: "CModels", exclude: ["denoiser.safetensors"]),
    .target(
      name: "Models",
      dependencies: [
        "Pictures", "Paths", "Tensors", "IR", "JSON", "Networks", "Checkpoints", "CModels",
      ],
      swiftSettings: strict),
    .target(
      name: "Execution",
      dependencies: [
        "Models", "Pictures", "Paths", "Tensors", "IR", "JSON", "Networks", "Checkpoints", "Images",
        "Diffusion", "ReferenceExecutor", "OpenCL", "OpenCLExecutor",
      ],
      swiftSettings: strict),
    .target(
      name: "Perception",
      dependencies: ["Execution", "Models", "Pictures", "Networks", "Images", "Quality"],
      swiftSettings: strict),
    .target(
      name: "Generation",
      dependencies: [
        "Execution", "Models", "Pictures", "Tensors", "IR", "Networks", "Checkpoints",
        "Diffusion",
      ],
      swiftSettings: strict),
    .target(name: "CHTTP", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "Descriptions",
      dependencies: [
        "Generation", "Execution", "Language", "Models", "Pictures", "Paths", "Tensors", "IR",
        "Networks", "Checkpoints", "Diffusion", "Images", "JSON", "Processes", "CHTTP",
      ],
      swiftSettings: strict),
    .target(
      name: "Restoration",
      dependencies: [
        "Generation", "Execution", "Models", "Pictures", "Paths", "Tensors", "IR", "JSON",
        "Networks", "Diffusion", "Images",
      ],
      swiftSettings: strict),
    .target(
      name: "Batch",
      dependencies: [
        "Restoration", "Execution", "Models", "Pictures", "Paths", "Tensors", "Images",
        "Quality", "Processes", "OpenCLExecutor",
      ],
      swiftSettings: strict),
    .target(
      name: "Diagnostics",
      dependencies: [
        "Restoration", "Generation", "Execution", "Models", "Pictures", "Paths", "Tensors", "IR",
        "Networks", "Checkpoints", "Images", "ReferenceExecutor", "OpenCL", "OpenCLExecutor",
        "Processes", "Conformance", "Reports",
      ],
      swiftSettings: strict),
    .target(
      name: "Limpid",
      dependencies: [
        "Batch", "Restoration", "Generation", "Execution", "Models", "Pictures", "Paths", "Tensors",
        "Diffusion", "Images", "OpenCL", "Processes",
      ],
      swiftSettings: strict),
    .target(name: "CBuild"),
    .target(
      name: "LimpidCommand",
      dependencies: [
        "Batch", "Descriptions", "Language", "Diagnostics", "Restoration", "Generation",
        "Execution", "Models", "Pictures", "Paths", "Tensors", "IR", "JSON", "Networks",
        "Checkpoints", "Diffusion", "Images", "Quality", "Perception", "Pages", "OpenCL",
        "OpenCLExecutor", "Conformance", "Reports", "CBuild",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "LimpidProgram", dependencies: ["LimpidCommand"], swiftSettings: strict),
    .executableTarget(
      name: "Demo", dependencies: ["Images", "Paths", "Quality"], path: "tools/demo",
      exclude: ["astronaut.png", "before-after.jpg", "enlarged.jpg", "README.md"],
      swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: [
        "Paths", "Tensors", "IR", "ReferenceExecutor", "OpenCL", "OpenCLExecutor", "Checkpoints",
        "Conformance", "Networks",
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "SystemFixtures",
      dependencies: ["Restoration", "Pictures", "Checkpoints", "Paths", "Tensors"],
      path: "Tests/SystemFixtures", resources: [.copy("Fixtures")], swiftSettings: strict),
    .executableTarget(
      name: "KernelChecks",
      dependencies: ["Tensors", "IR", "OpenCL", "OpenCLExecutor", "Conformance"],
      path: "Tests/KernelChecks", swiftSettings: strict),
    .target(
      name: "FuzzTargets",
      dependencies: ["Checkpoints", "Diffusion", "Forms", "Images", "JSON", "Language", "Tensors"],
      path: "Tests/FuzzTargets", exclude: ["Corpus"], swiftSettings: strict),
    .executableTarget(
      name: "Fuzzers", dependencies: ["FuzzTargets"], path: "Tests/Fuzzers",
      swiftSettings: strict),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
    .testTarget(
      name: "IRTests", dependencies: ["Tensors", "IR", "Conformance"],
      swiftSettings: strict),
    .testTarget(
      name: "ExecutorTests",
      dependencies: [
        "Paths", "Tensors", "IR", "ReferenceExecutor", "Checkpoints", "Conformance", "TestSupport",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "OpenCLExecutorTests",
      dependencies: [
        "Tensors", "IR", "OpenCL", "OpenCLExecutor", "ReferenceExecutor", "Conformance",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ImagesTests", dependencies: ["Images", "Paths", "Quality", "CodecShims", "CLCMS"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "QualityTests", dependencies: ["Quality", "Images", "Paths"],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Paths", "Tensors", "IR", "Networks", "Checkpoints", "OpenCL", "OpenCLExecutor",
        "ReferenceExecutor", "Conformance", "TestSupport",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "CheckpointsTests", dependencies: ["Paths", "Tensors", "Checkpoints", "JSON"],
      swiftSettings: strict),
    .testTarget(
      name: "LanguageTests",
      dependencies: [
        "Language", "Networks", "Checkpoints", "JSON", "Paths", "Tensors", "IR",
        "OpenCLExecutor", "ReferenceExecutor", "TestSupport",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(name: "ProcessesTests", dependencies: ["Processes"], swiftSettings: strict),
    .testTarget(
      name: "ConformanceTests", dependencies: ["IR", "Conformance"], swiftSettings: strict),
    .testTarget(name: "PathsTests", dependencies: ["Paths"], swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
    .testTarget(
      name: "DiffusionTests",
      dependencies: [
        "Diffusion", "JSON", "Paths", "Tensors", "IR", "ReferenceExecutor", "Checkpoints", "CZlib",
      ],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(name: "LimpidAPITests", dependencies: ["Limpid"], swiftSettings: strict),
    .testTarget(
      name: "PicturesTests", dependencies: ["Pictures", "Paths", "Tensors"], swiftSettings: strict),
    .testTarget(
      name: "ModelsTests", dependencies: ["Models", "Pictures", "Paths", "SystemFixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "ExecutionTests",
      dependencies: ["Execution", "OpenCL", "OpenCLExecutor", "Paths", "Tensors"],
      swiftSettings: strict),
    .testTarget(
      name: "PerceptionTests",
      dependencies: [
        "Perception", "Execution", "Models", "Pictures", "Checkpoints", "Images", "Paths",
        "Tensors",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "GenerationTests",
      dependencies: [
        "Generation", "Execution", "Models", "Pictures", "Images", "OpenCL", "Networks",
        "Checkpoints", "Diffusion", "IR", "Paths", "Tensors", "SystemFixtures",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RestorationTests",
      dependencies: [
        "Restoration", "Generation", "Execution", "Models", "Pictures", "Images", "OpenCL",
        "OpenCLExecutor", "Networks", "Checkpoints", "Diffusion", "IR", "Paths", "Tensors",
        "Conformance", "TestSupport", "SystemFixtures",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "BatchTests", dependencies: ["Batch", "Pictures", "Paths", "Processes"], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "OpenCLExecutor"], swiftSettings: strict),
    .testTarget(
      name: "DiagnosticsTests",
      dependencies: [
        "Diagnostics", "Restoration", "Execution", "Models", "Pictures", "Paths", "Images", "IR",
        "Tensors", "Networks", "Conformance", "SystemFixtures",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LimpidTests",
      dependencies: ["Limpid", "Restoration", "Generation", "Models", "Pictures"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "LimpidCommand", "Batch", "Restoration", "Generation", "Execution", "Models", "Pictures",
        "Images", "Quality", "Checkpoints", "Paths", "Tensors", "IR", "Networks", "Processes",
        "OpenCLExecutor", "Conformance", "TestSupport",
      ],
      swiftSettings: strict),
  ] + optionalCodecs,
  cLanguageStandard: .c2x
)

// The server stands on packages that take minutes to fetch and to build, for those who want it.
if Context.environment["LIMPID_SERVE"] != nil {
  package.products.append(.executable(name: "limpid-serve", targets: ["LimpidServe"]))
  package.dependencies += [
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
  ]
  package.targets += [
    .target(
      name: "CServing", exclude: ["openapi.json", "page.html", "page.css", "page.js"]),
    .target(
      name: "Serving",
      dependencies: [
        "LimpidCommand", "Batch", "Forms", "Restoration", "Models", "Pages", "Pictures", "Paths", "Images",
        "Processes", "CServing", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "LimpidServe",
      dependencies: [
        "Serving", "LimpidCommand", "Batch", "Pictures",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "Serving", "Forms", "LimpidCommand", "Batch", "Images", "Pictures", "Paths", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
  ]
}

// What builds the documentation is fetched for that alone: see tools/docs.
if Context.environment["LIMPID_DOCS"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"))
}
