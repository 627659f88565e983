import Testing
import Columns
import TestSupport

@Suite struct NumberTextTests {
  private func double(_ text: String) -> Double? { NumberText.double(Array(text.utf8)) }
  private func text(_ value: Double) -> String {
    var out: [UInt8] = []
    NumberText.append(value, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  @Test(arguments: [
    "0", "-0.0", "12", "0.0104000000", "0E-10", "0E-6", "9E-9", "4E-8", ".5", "5.", "+1.5e+3",
    "4064.4831315379", "123456789012345678901234567890", "1e308", "4.9e-324", "1e-400",
    "604.4560000000000172803993336856365203857421875", "9007199254740993", "1e23",
  ])
  func `doubles read as the library reads them`(text: String) throws {
    let value = try #require(double(text))
    let padded = text.hasPrefix(".") ? "0" + text : text.hasSuffix(".") ? text + "0" : text
    #expect(value == Double(padded))
  }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "1e", "1e+", "1,20", " 1", "1 ", "NaN", "inf", "0x10", "1e400",
    "1.2.3",
  ])
  func `other texts are no numbers`(text: String) {
    #expect(double(text) == nil)
  }

  @Test(arguments: 0..<200)
  func `random doubles survive printing and reading`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(double(text(value)) == value)
      let money = Double(Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)) / 1e8
      #expect(double(text(money)) == money)
      let digits = String(UInt64.random(in: 0...9_999_999_999_999_999_999, using: &random))
      let point = digits.index(
        digits.startIndex, offsetBy: Int.random(in: 1...digits.count, using: &random))
      let long = digits[..<point] + "." + digits[point...] + "0"
      #expect(double(String(long.dropLast())) == Double(String(long)))
    }
  }

  @Test func `doubles print short and plain`() {
    #expect(text(4064.4831315379) == "4064.4831315379")
    #expect(text(5) == "5.0")
    #expect(text(1e-7) == "1.0E-7")
    #expect(text(1.5e-10) == "1.5E-10")
    #expect(text(1e22) == "1.0E22")
    #expect(text(-0.0) == "-0.0")
    #expect(text(.nan) == "NaN")
    #expect(text(-.infinity) == "-Infinity")
  }

  @Test func `integers keep to 64 bits`() {
    func int(_ text: String) -> Int64? { NumberText.int64(Array(text.utf8)) }
    #expect(int("9223372036854775807") == .max)
    #expect(int("-9223372036854775808") == .min)
    #expect(int("+42") == 42)
    #expect(int("000000000000000000000042") == 42)
    #expect(int("9223372036854775808") == nil)
    #expect(int("-9223372036854775809") == nil)
    #expect(int("99999999999999999999") == nil)
    #expect(int("1.0") == nil)
    #expect(int("") == nil)
    #expect(int("-") == nil)
  }

  @Test func `decimals are exact or refused`() {
    func decimal(_ text: String, _ precision: Int, _ scale: Int) -> Int128? {
      let bytes = Array(text.utf8)
      return NumberText.decimal(bytes.span, 0, bytes.count, precision: precision, scale: scale)
    }
    #expect(decimal("1.5", 10, 2) == 150)
    #expect(decimal("-0.015E1", 10, 2) == -15)
    #expect(decimal("1.500", 10, 2) == 150)
    #expect(decimal("1.505", 10, 2) == nil)
    #expect(decimal("123456789", 10, 2) == nil)
    #expect(decimal("99999999.99", 10, 2) == 9_999_999_999)
    #expect(decimal("1e100000000000", 38, 0) == nil)
    #expect(decimal("", 10, 2) == nil)
    let zeros = String(repeating: "0", count: 40)
    #expect(decimal("1.5" + zeros, 10, 2) == 150)
    #expect(decimal("1" + zeros + "e-40", 10, 2) == 100)
    #expect(decimal("1." + zeros + "1", 38, 2) == nil)
    #expect(decimal(zeros, 10, 2) == 0)
    var out: [UInt8] = []
    NumberText.append(Int128(-5), scale: 3, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == "-0.005")
  }
}
