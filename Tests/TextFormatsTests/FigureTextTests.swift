import Testing
import TextFormats

@Suite struct FigureTextTests {
  @Test(
    arguments: [
      (1234.5, "1,234.50"), (-1_234_567.891, "-1,234,567.89"), (0, "0.00"), (-0.004, "0.00"),
      (999.999, "1,000.00"), (-0.05, "-0.05"), (.nan, "–"), (-.infinity, "–"),
      (1e300, "1,000,000,000,000,000.00"),
    ] as [(Double, String)])
  func `money has cents and thousands`(value: Double, text: String) {
    #expect(FigureText.money(value) == text)
  }

  @Test func `money may stay ungrouped, and counts are grouped`() {
    #expect(FigureText.money(-12_345.6, isGrouped: false) == "-12345.60")
    #expect(FigureText.count(1_234_567) == "1,234,567")
    #expect(FigureText.count(-999) == "-999")
    #expect(FigureText.count(.min) == "-9,223,372,036,854,775,808")
  }
}
