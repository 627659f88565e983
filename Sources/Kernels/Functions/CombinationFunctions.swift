import Columns

/// Arrays made of an array's parts: combinations, runs, counts.
enum CombinationFunctions {
  private static let array = ParameterType.array(.variable("T"))
  private static let largest = 100_000

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "combinations", summary: "All choices of so many elements, in the order of their last ones.",
      overloads: [
        .values([array, .exactly(.bigint)], result: { .array($0[0]) }) { arguments, _ in
          .array(
            try combinations(arguments[0].elements, arguments[1].int64 ?? 0).map(Value.array))
        }
      ]),
    ScalarFunction(
      "ngrams", summary: "All runs of so many neighbouring elements.",
      overloads: [
        .values([array, .exactly(.bigint)], result: { .array($0[0]) }) { arguments, _ in
          let elements = arguments[0].elements
          let length = Int(clamping: arguments[1].int64 ?? 0)
          guard length > 0 else {
            throw EvaluationError("expected a length of 1 or more, found \(length)")
          }
          guard length < elements.count else { return .array([.array(elements)]) }
          let count = elements.count - length + 1
          guard count * length <= 10_000_000 else { throw ArrayFunctions.tooMany }
          return .array((0..<count).map { .array(Array(elements[$0..<($0 + length)])) })
        }
      ]),
    ScalarFunction(
      "contains_sequence", summary: "Whether an array holds the elements of another in a row.",
      overloads: [
        .values([array, array], result: { _ in .boolean }) { arguments, _ in
          let elements = arguments[0].elements
          let wanted = arguments[1].elements
          guard !wanted.isEmpty else { return .boolean(true) }
          guard wanted.count <= elements.count else { return .boolean(false) }
          return .boolean(
            (0...(elements.count - wanted.count)).contains { start in
              wanted.indices.allSatisfy {
                Ordering.compare(elements[start + $0], wanted[$0]) == 0
              }
            })
        }
      ]),
    ScalarFunction(
      "array_histogram", summary: "A map of elements to how often they occur.",
      overloads: [
        .values([array], result: { .map(key: $0[0].elementType, value: .bigint) }) {
          arguments, _ in
          var positions: [ArrayFunctions.SetKey: Int] = [:]
          var entries: [(key: Value, count: Int64)] = []
          for element in arguments[0].elements where !element.isNull {
            let key = ArrayFunctions.SetKey(element)
            if let position = positions[key] {
              entries[position].count += 1
            } else {
              positions[key] = entries.count
              entries.append((element, 1))
            }
          }
          return .map(entries.map { MapEntry(key: $0.key, value: .int64($0.count)) })
        }
      ]),
    ScalarFunction(
      "array_first", summary: "The first element; NULL where there is none.",
      overloads: [
        .values([array], result: { $0[0].elementType }) { arguments, _ in
          arguments[0].elements.first ?? .null
        }
      ]),
    ScalarFunction(
      "array_last", summary: "The last element; NULL where there is none.",
      overloads: [
        .values([array], result: { $0[0].elementType }) { arguments, _ in
          arguments[0].elements.last ?? .null
        }
      ]),
    ScalarFunction(
      "shuffle", isDeterministic: false, summary: "The elements in a random order.",
      overloads: [
        .values([array], result: { $0[0] }) { arguments, _ in
          .array(arguments[0].elements.shuffled())
        }
      ]),
  ]

  private static func combinations(_ elements: [Value], _ size: Int64) throws -> [[Value]] {
    guard (0...5).contains(size) else {
      throw EvaluationError("expected a size of combinations from 0 to 5, found \(size)")
    }
    let size = Int(size)
    guard size <= elements.count else { return [] }
    guard size > 0 else { return [[]] }
    var results: [[Value]] = []
    var chosen = Array(0..<size)
    while true {
      results.append(chosen.map { elements[$0] })
      guard results.count <= largest else {
        throw EvaluationError("there are more than \(largest) combinations")
      }
      // The first position that can move up does; those before it start again.
      let movable = chosen.indices.first { position in
        chosen[position] + 1 < (position + 1 < size ? chosen[position + 1] : elements.count)
      }
      guard let movable else { return results }
      chosen[movable] += 1
      for position in 0..<movable { chosen[position] = position }
    }
  }
}
