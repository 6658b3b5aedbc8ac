import Pictures
import Tensors

extension Picture {
  /// From (3, H, W).
  package init(_ tensor: HostTensor) {
    self.init(width: tensor.shape[2], height: tensor.shape[1], planes: tensor.floats)
  }
}
