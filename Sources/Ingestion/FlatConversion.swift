import Columns
import Files
import Reports
import TextFormats

/// What a schema's `as` makes of a JSON value before it takes the column's type.
enum FlatConversion: Sendable, Equatable {
  /// The region of an availability zone.
  case region
  /// Empty text is NULL.
  case nonempty
  /// The value of a tag.
  case tag(String)
  /// Whether a list has a word: `true` or `false`.
  case has(String)
  /// A list of texts as one, with commas.
  case joined
  /// A currency's code for its mark.
  case currency

  /// - Throws: `FormatError` for a word that is none of these.
  init(_ text: String, _ kind: ReportKind, _ column: ReportColumn) throws {
    switch text {
    case "region": self = .region
    case "nonempty": self = .nonempty
    case "joined": self = .joined
    case "currency": self = .currency
    case _ where text.hasPrefix("tag:"): self = .tag(String(text.dropFirst(4)))
    case _ where text.hasPrefix("has:"): self = .has(String(text.dropFirst(4)))
    default:
      throw FormatError(
        "the schema of '\(kind.name)'", at: "column '\(column.name)', 'as'",
        "'\(text)' is not known; region, nonempty, joined, currency, tag:NAME and has:WORD are")
    }
  }

  func apply(_ json: JSONValue?) -> JSONValue? {
    switch self {
    case .region: return json?.string.map { .string(FlatConversion.region(ofZone: $0)) }
    case .nonempty: return json?.string?.isEmpty == true ? nil : json
    case .tag(let key): return JSONConversion.entries(json).first { $0.key == key }?.value
    case .has(let word):
      guard let words = json?.array else { return nil }
      let lowered = word.lowercased()
      return .string(words.contains { $0.string?.lowercased() == lowered } ? "true" : "false")
    case .joined:
      guard let words = json?.array else { return json }
      return .string(words.map { $0.string ?? "" }.joined(separator: ", "))
    case .currency: return json?.string == "$" ? .string("USD") : json
    }
  }

  /// `us-east-1a` is in `us-east-1`; local zones such as `us-west-2-lax-1a` are in `us-west-2`.
  private static func region(ofZone zone: String) -> String {
    let parts = zone.split(separator: "-")
    guard let number = parts.firstIndex(where: { $0.first?.isNumber == true }) else { return zone }
    let digits = parts[number].prefix { $0.isNumber }
    return (parts[..<number] + [digits]).joined(separator: "-")
  }
}
