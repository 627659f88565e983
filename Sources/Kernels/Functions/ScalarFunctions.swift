/// All scalar functions by name.
package enum ScalarFunctions {
  /// Every function, ordered by name.
  package static let all: [ScalarFunction] =
    (StringFunctions.all + SearchFunctions.all).sorted { $0.name < $1.name }

  /// The function of that name.
  ///
  /// - Parameter name: Lower case.
  package static func named(_ name: String) -> ScalarFunction? { byName[name] }

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
