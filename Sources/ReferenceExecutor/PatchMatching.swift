import IR
import Tensors

extension SearchWindow: Evaluable {
  func evaluate(_ operands: [Source], into result: Destination) {
    let perBlock = result.shape.count / operands[0].shape.count
    for index in 0..<result.shape.count {
      let centre = position(operands[0][index / perBlock], below: mapHeight * mapWidth)
      let (row, column): (Int, Int)
      if operands.count == 2 {
        let pick = position(operands[1][index], below: height * width)
        (row, column) = (pick / width + 1, pick % width + 1)
      } else {
        let cell = index % perBlock
        (row, column) = (cell / (width + 2), cell % (width + 2))
      }
      let top = Self.start(around: centre / mapWidth, side: height, extent: mapHeight)
      let left = Self.start(around: centre % mapWidth, side: width, extent: mapWidth)
      let cell = wrapped(top + row, mapHeight) * mapWidth + wrapped(left + column, mapWidth)
      result.store(Double(cell), at: index)
    }
  }
}

extension PatchTransfer: Evaluable {
  func evaluate(_ operands: [Source], into result: Destination) {
    let (height, width) = (result.shape[2], result.shape[3])
    concurrently(result.shape[0] * height) { line in
      for x in 0..<width {
        store(operands, into: result, image: line / height, y: line % height, x: x)
      }
    }
  }

  /// All channels of one pixel.
  private func store(_ operands: [Source], into result: Destination, image: Int, y: Int, x: Int) {
    let (map, extent) = (operands[0], side * scale)
    let block = ((image * rows + y / extent) * columns + x / extent) * side * side
    let (pixelY, pixelX) = (y % extent, x % extent)
    let (height, width, channels) = (map.shape[2], map.shape[3], map.shape[1])
    var sources: [Int] = []
    for row in pixelY / scale - 1...pixelY / scale + 1 where 0..<side ~= row {
      for column in pixelX / scale - 1...pixelX / scale + 1 where 0..<side ~= column {
        let match = position(
          operands[1][block + row * side + column], below: height / scale * (width / scale))
        let sourceY = match / (width / scale) * scale + pixelY - row * scale
        let sourceX = match % (width / scale) * scale + pixelX - column * scale
        sources.append(wrapped(sourceY, height) * width + wrapped(sourceX, width))
      }
    }
    let gain = confidence(operands[2], block, pixelY, pixelX) / Double(sources.count)
    for channel in image * channels..<(image + 1) * channels {
      let sum = sources.reduce(0) { $0 + map[channel * height * width + $1] }
      result.store(sum * gain, at: (channel * result.shape[2] + y) * result.shape[3] + x)
    }
  }

  /// Interpolated between the centres of the cells, without looking beyond the block.
  private func confidence(_ cells: Source, _ block: Int, _ y: Int, _ x: Int) -> Double {
    func neighbours(_ pixel: Int) -> (first: Int, second: Int, share: Double) {
      let place = max((Double(pixel) + 0.5) / Double(scale) - 0.5, 0)
      return (Int(place), min(Int(place) + 1, side - 1), place - place.rounded(.down))
    }
    let (rows, columns) = (neighbours(y), neighbours(x))
    func line(_ row: Int) -> Double {
      let first = cells[block + row * side + columns.first]
      return first + (cells[block + row * side + columns.second] - first) * columns.share
    }
    return line(rows.first) + (line(rows.second) - line(rows.first)) * rows.share
  }
}

/// The position 0 ..< `extent` that `index` is a whole number of extents away from.
private func wrapped(_ index: Int, _ extent: Int) -> Int {
  let remainder = index % extent
  return remainder < 0 ? remainder + extent : remainder
}
