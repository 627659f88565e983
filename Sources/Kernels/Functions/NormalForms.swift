import Columns
@_spi(_Unicode) import Swift

/// Unicode normal forms (Unicode Standard Annex 15) as the standard library has them.
enum NormalForms {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "normalize", summary: "The text in the normal form NFC, NFD or one named.",
      overloads: [
        .text([.exactly(.varchar)]) { (text: Text, out) in try append(text, form: "NFC", to: &out)
        },
        .text([.exactly(.varchar), .exactly(.varchar)]) { (text: Text, form: Text, out) in
          try append(text, form: form.string.uppercased(), to: &out)
        },
      ])
  ]

  /// ASCII is in every form; compatibility forms of other text would need tables that are not there.
  private static func append(_ text: Text, form: String, to out: inout [UInt8]) throws {
    guard ["NFC", "NFD", "NFKC", "NFKD"].contains(form) else {
      throw EvaluationError("expected NFC, NFD, NFKC or NFKD, found '\(form)'")
    }
    guard !text.isASCII else {
      out += text
      return
    }
    switch form {
    case "NFC": for scalar in text.string._nfc { UTF8Text.append(scalar.value, to: &out) }
    case "NFD": for scalar in text.string._nfd { UTF8Text.append(scalar.value, to: &out) }
    default:
      throw EvaluationError("\(form) is supported for ASCII text only; NFC and NFD for all text")
    }
  }
}
