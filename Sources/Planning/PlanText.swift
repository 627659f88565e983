extension LogicalPlan {
  /// The plan as an indented tree for EXPLAIN, one operator a line, inputs below their operator.
  package var text: String { preconditionFailure("not yet") }
}
