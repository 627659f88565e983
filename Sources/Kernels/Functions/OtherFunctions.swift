import Columns

/// Functions about expressions themselves.
enum OtherFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "typeof", summary: "The name of an expression's type.",
      overloads: [
        FunctionOverload([.any], result: { _ in .varchar }) { arguments, context in
          let type = arguments[0].columnOrEmpty.type
          return Column(.varchar, constant: .text("\(type)"), count: context.rowCount)
        }
      ])
  ]
}
