import IR
import Tensors
import Testing

@testable import OpenCLExecutor

/// What becomes one step.
@Suite struct GroupingTests {
  /// NAFNet's block: norm + 1x1, depthwise + gate, the channel attention's 1x1, scaled 1x1 + scale
  /// + residual, norm + 1x1 + gate, 1x1 + scale + residual, and the pooling by itself.
  @Test func aNAFBlockIsSevenGroups() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, 32, 8, 8])
      let w = trace.weights
      let halves = x.layerNorm(w.norm1, epsilon: 1e-6).conv(w.conv1, to: 64)
        .conv(w.conv2, to: 64, kernel: 3, groups: 64).split(2)
      let mixed = halves[0] * halves[1]
      let attended = (mixed * mixed.pooled.conv(w.sca, to: 32)).conv(w.conv3, to: 32)
      let y = x + attended * w.beta(1, 32, 1, 1)
      let fed = y.layerNorm(w.norm2, epsilon: 1e-6).conv(w.conv4, to: 64).split(2)
      return ["y": y + (fed[0] * fed[1]).conv(w.conv5, to: 32) * w.gamma(1, 32, 1, 1)]
    }
    let groups = Grouping.groups(of: graph, fuses: true, for: .cpu)
    #expect(groups.count == 7)
    #expect(groups.filter { fold($0)?.normalization != nil }.count == 2)
    #expect(groups.filter { fold($0)?.gate != nil }.count == 2)
    #expect(groups.filter { fold($0)?.prologue.isEmpty == false }.count == 1)
    #expect(groups.filter { $0.chain.stages.count == 2 }.count == 2)
  }

  @Test func aPixelShuffleAndTheSkipGoIntoTheStore() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, 16, 4, 4])
      let skip = trace.input("skip", [1, 8, 8, 8])
      return ["y": x.conv(trace.weights.up, to: 32, bias: false).pixelShuffled(2) + skip]
    }
    let groups = Grouping.groups(of: graph, fuses: true, for: .cpu)
    #expect(groups.count == 1)
    #expect(groups.first.flatMap(fold)?.shuffle == 2)
  }

  /// A Swin block's attention: norm + 1x1, the attention, 1x1 + residual; slices are read where
  /// they lie, unless something else wants one.
  @Test(arguments: [false, true])
  func slicesForWindowsAreNoGroups(isKept: Bool) throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, 32, 8, 8])
      let w = trace.weights
      let qkv = x.layerNorm(w.norm, epsilon: 1e-5).conv(w.qkv, to: 96).split(3)
      let windows = Windows(height: 4, width: 4, .shifted(down: 2, right: 2))
      let attended = qkv[0].attending(
        to: qkv[1], qkv[2], in: windows, heads: 2, bias: w.bias(2, 7, 7))
      return ["y": x + attended.conv(w.proj, to: 32), "kept": isKept ? qkv[2] : x]
    }
    for family in KernelFamily.allCases {
      let groups = Grouping.groups(of: graph, fuses: true, for: family)
      #expect(groups.count == (isKept ? 4 : 3))
    }
  }

  /// Restormer's attention: the two convolutions before it, and everything from the slices to the
  /// residual; nothing of the kind when the attention itself is wanted, or on GPUs, where heads do
  /// not begin at 16 bytes.
  @Test(arguments: [(32, false), (32, true), (48, false), (24, false)], KernelFamily.allCases)
  func anAttentionBetweenChannelsIsOneGroup(
    _ subject: (channels: Int, isKept: Bool), _ family: KernelFamily
  ) throws {
    let (channels, isKept) = subject
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, channels, 4, 4])
      let w = trace.weights
      let qkv = x.conv(w.qkv, to: 3 * channels, bias: false)
        .conv(w.qkv_dwconv, to: 3 * channels, kernel: 3, groups: 3 * channels, bias: false)
        .split(3).map { $0.reshaped(1, 2, channels / 2, 16) }
      let similarity = qkv[0].normalized.times(transposed: qkv[1].normalized)
      let weights = (similarity * w.temperature(2, 1, 1)).softmax
      let mixed = weights.times(qkv[2]).reshaped(1, channels, 4, 4)
      return ["y": x + mixed.conv(w.project_out, to: channels), "kept": isKept ? weights : x]
    }
    let groups = Grouping.groups(of: graph, fuses: true, for: family)
    let isFused = groups.contains {
      if case .channelAttention = $0.anchor { $0.chain.stages.count == 1 } else { false }
    }
    #expect(isFused == (!isKept && (family == .cpu || channels != 24)))
    // Values that are no whole vectors of the map are cut out of it.
    #expect(!isFused || groups.count == (channels == 24 ? 4 : 3))
  }

  /// Queries, keys and values of one operand, with the norm that nothing else reads, are one
  /// product on GPUs; not where a result is wanted by itself.
  @Test(arguments: [false, true], KernelFamily.allCases)
  func projectionsOfOneOperandAreOneProduct(isKept: Bool, _ family: KernelFamily) throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, 32, 5, 3])
      let w = trace.weights
      let normed = x.layerNorm(w.norm, epsilon: 1e-5)
      let parts = (0..<3).map { normed.linear(w.parts[$0], to: 32) }
      let y = parts[0].attending(to: parts[1], parts[2], heads: 2).linear(w.out, to: 32)
      return ["y": x + y, "kept": isKept ? parts[2] : x]
    }
    let groups = Grouping.groups(of: graph, fuses: true, for: family)
    let joined = groups.compactMap(fold).filter { !$0.mates.isEmpty }
    switch family {
    case .cpu:
      #expect(groups.count == 6 && joined.isEmpty)
    case .gpu:
      #expect(groups.count == (isKept ? 5 : 3))
      #expect(joined.map(\.mates.count) == [isKept ? 1 : 2])
      #expect(joined.contains { $0.normalization != nil } != isKept)
    }
  }

  /// A mixture within windows and its projection, when the channels are whole vectors.
  @Test(arguments: [(32, true), (24, false)])
  func aMixtureGoesIntoItsProjection(channels: Int, isFused: Bool) throws {
    let graph = try Trace.graph { trace in
      let qkv = trace.input("qkv", [1, 3 * channels, 8, 8])
      let mixture = qkv.windowSimilarity(heads: 2, window: 6).softmax
      return ["y": qkv.mixed(by: mixture, window: 6).conv(trace.weights.out, to: channels)]
    }
    let groups = Grouping.groups(of: graph, fuses: true, for: .cpu)
    #expect(groups.count == (isFused ? 3 : 4))
  }

  /// A value that is read twice or is an output has to be written.
  @Test func sharedValuesAreKept() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, 16, 4, 4]).conv(trace.weights.a, to: 16)
      return ["x": x, "y": x.gelu, "z": x.relu]
    }
    #expect(Grouping.groups(of: graph, fuses: true, for: .cpu).count == 3)
  }

  @Test func nothingIsFusedWhenForbidden() throws {
    let graph = try Trace.graph { trace in
      let x = trace.input("x", [1, 16, 4, 4])
      let normalized = x.layerNorm(trace.weights.norm, epsilon: 1e-6)
      return ["y": normalized.conv(trace.weights.a, to: 16).gelu]
    }
    #expect(Grouping.groups(of: graph, fuses: false, for: .cpu).count == 3)
    #expect(Grouping.groups(of: graph, fuses: true, for: .cpu).count == 1)
  }

  private func fold(_ group: Group) -> Group.Fold? {
    guard case .convolution(let fold) = group.anchor else { return nil }
    return fold
  }
}
