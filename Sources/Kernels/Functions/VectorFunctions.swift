import Columns

/// Arrays of numbers as vectors.
enum VectorFunctions {
  static let all: [ScalarFunction] = [
    vectors("dot_product", "The sum of the products of two arrays' elements.") { dot($0, $1) },
    vectors("euclidean_distance", "The length of the difference of two arrays.") { a, b in
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    },
    ScalarFunction(
      "cosine_similarity", summary: "The cosine of the angle between two vectors.",
      overloads: [
        vectors { try cosine(dot($0, $1), dot($0, $0), dot($1, $1)) },
        .values(
          [
            .map(.exactly(.varchar), .exactly(.double)),
            .map(.exactly(.varchar), .exactly(.double)),
          ], result: { _ in .double }
        ) { arguments, _ in
          let a = try sparse(arguments[0])
          let b = try sparse(arguments[1])
          guard let a, let b, !a.isEmpty, !b.isEmpty else { return .null }
          // In the order of the entries, so that the sum is the same every time.
          let product = arguments[0].entries.reduce(0.0) { sum, entry in
            sum + (entry.value.double ?? 0) * (b[entry.key.text] ?? 0)
          }
          let lengths = [arguments[0], arguments[1]].map { map in
            map.entries.reduce(0.0) { $0 + ($1.value.double ?? 0) * ($1.value.double ?? 0) }
          }
          return .double(product / (lengths[0].squareRoot() * lengths[1].squareRoot()))
        },
      ]),
    ScalarFunction(
      "cosine_distance", summary: "One minus the cosine of the angle between two vectors.",
      overloads: [vectors { try 1 - cosine(dot($0, $1), dot($0, $0), dot($1, $1)) }]),
  ]

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func cosine(_ product: Double, _ a: Double, _ b: Double) throws -> Double {
    guard a != 0, b != 0 else { throw EvaluationError("a vector of length 0 has no direction") }
    return product / (a * b).squareRoot()
  }

  private static func sparse(_ map: Value) throws -> [Text: Double]? {
    var values: [Text: Double] = [:]
    for entry in map.entries {
      guard let value = entry.value.double else { return nil }
      values[entry.key.text] = value
    }
    return values
  }

  private static func vectors(
    _ name: String, _ summary: String, _ body: @escaping @Sendable ([Double], [Double]) -> Double
  ) -> ScalarFunction {
    ScalarFunction(name, summary: summary, overloads: [vectors(body)])
  }

  private static func vectors(
    _ body: @escaping @Sendable ([Double], [Double]) throws -> Double
  ) -> FunctionOverload {
    .values(
      [.array(.exactly(.double)), .array(.exactly(.double))], result: { _ in .double }
    ) { arguments, _ in
      let a = arguments[0].elements
      let b = arguments[1].elements
      guard a.count == b.count else {
        throw EvaluationError("expected arrays of one length, found \(a.count) and \(b.count)")
      }
      guard !a.contains(.null), !b.contains(.null) else { return .null }
      return .double(try body(a.compactMap(\.double), b.compactMap(\.double)))
    }
  }
}
