import Columns
import TextFormats
import Testing

@Suite struct DigitTextTests {
  @Test func `what is not just so many digits is found, in columns of every form`() {
    let texts: [Value] = [.text("123"), .null, .text(""), .text("12"), .text("1-3"), .text("1234")]
    var builder = ColumnBuilder(.varchar)
    for text in texts { builder.append(text) }
    #expect(DigitText.strangers(in: builder.finish(), digits: 3) == [3, 4, 5])
    #expect(
      DigitText.strangers(in: Column(.varchar, constant: .text("12"), count: 2), digits: 3) == [
        0, 1,
      ])
    #expect(
      DigitText.strangers(in: Column(.varchar, constant: .null, count: 2), digits: 3).isEmpty)
    #expect(
      DigitText.strangers(in: Column(.varchar, constant: .text("012"), count: 2), digits: 3).isEmpty
    )
  }

  @Test(arguments: [
    ("1.11111E+11", true), ("1E+11", true), ("1,1E+11", true), ("111111111111", false),
    ("1.1E11", false), ("E+11", false), ("1.1E+", false), ("A1E+11", false), ("1E+11E+2", false),
    ("", false),
  ])
  func `numbers with an exponent are as spreadsheets write them`(_ text: String, _ expected: Bool) {
    #expect(DigitText.isScientific(text) == expected)
  }
}
