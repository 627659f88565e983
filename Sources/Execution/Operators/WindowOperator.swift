import Columns
import Kernels
import Planning

/// Window functions over all rows of the input, which keep their order.
final class WindowOperator: MaterializedOperator, @unchecked Sendable {
  private let computations: [WindowComputation]

  init(
    _ input: PhysicalOperator, _ computations: [WindowComputation], _ context: ExecutionContext
  ) {
    self.computations = computations
    super.init(
      input.outputs + computations.map(\.output), children: [input], context: context)
  }

  override var name: String { "Window" }

  override func compute() throws -> [Batch] {
    preconditionFailure("not yet")
  }
}
