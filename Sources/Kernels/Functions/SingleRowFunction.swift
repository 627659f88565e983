import Columns

/// What makes sure that a correlated scalar subquery has one row; not to be called by name.
package enum SingleRowFunction {
  /// The value, given it and how many rows it was taken from.
  package static let singleRow = ScalarFunction(
    "single_row", summary: "The value of a subquery, an error where it has several rows.",
    overloads: [
      FunctionOverload([.variable("T"), .exactly(.bigint)], result: { $0[0] }) {
        arguments, context in
        let rows = CallReader<Int64>(arguments[1])
        for row in 0..<context.rowCount where rows.isPresent(row) && rows[row] > 1 {
          throw EvaluationError(
            "a scalar subquery gave \(rows[row]) rows where one was expected; "
              + "add LIMIT 1 or an aggregate")
        }
        return arguments[0].columnOrEmpty
      }
    ])
}
