/// All scalar functions by name.
package enum ScalarFunctions {
  /// Every function, ordered by name.
  package static let all: [ScalarFunction] = themes.flatMap { $0 }.sorted { $0.name < $1.name }

  /// Those that a statement can name; others are parts that a special form is made of.
  package static var named: [ScalarFunction] { all.filter { !$0.name.hasPrefix("$") } }

  private static let themes: [[ScalarFunction]] = [
    StringFunctions.all, SearchFunctions.all, DateTimeFunctions.all, TimeFormatFunctions.all,
    MathFunctions.all, RoundingFunctions.all, BitFunctions.all, JSONFunctions.all,
    SubscriptFunctions.all, ArrayFunctions.all, SequenceFunctions.all, MapFunctions.all,
    LambdaFunctions.all, OtherFunctions.all, RegexFunctions.all, BinaryFunctions.all,
    URLFunctions.all, FormatFunction.all, HashFunctions.all, EncodingFunctions.all,
    CodeFunctions.all, CombinationFunctions.all, VectorFunctions.all, DistributionFunctions.all,
    NormalForms.all, SQLJSONFunctions.all, SketchFunctions.all, SphereFunctions.all,
  ]

  /// The function of that name.
  ///
  /// - Parameter name: Lower case.
  package static func named(_ name: String) -> ScalarFunction? { byName[name] }

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}
