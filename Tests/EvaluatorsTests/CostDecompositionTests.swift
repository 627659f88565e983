import Evaluators
import Testing

@Suite struct CostDecompositionTests {
  private typealias Part = CostDecomposition.Part

  @Test func `more of the same is quantity`() {
    let found = CostDecomposition(
      [Part(unit: "Hrs", quantityBefore: 10, costBefore: 20, quantity: 15, cost: 30)], days: 3)
    #expect(found.quantity == 30 && found.price == 0 && found.mix == 0)
  }

  @Test func `the same for more is price`() {
    let found = CostDecomposition(
      [Part(unit: "Hrs", quantityBefore: 10, costBefore: 20, quantity: 10, cost: 25)], days: 2)
    #expect(found.quantity == 0 && found.price == 10 && found.mix == 0)
  }

  @Test func `hours that move to a dearer type are mix`() {
    let found = CostDecomposition(
      [
        Part(unit: "Hrs", quantityBefore: 8, costBefore: 8, quantity: 4, cost: 4),
        Part(unit: "Hrs", quantityBefore: 2, costBefore: 8, quantity: 6, cost: 24),
      ], days: 1)
    #expect(found.quantity == 0 && found.price == 0 && found.mix == 12)
  }

  @Test func `what was not there before is quantity`() {
    let found = CostDecomposition([Part(unit: "GB", quantity: 5, cost: 7)], days: 2)
    #expect(found.quantity == 14 && found.price == 0 && found.mix == 0)
  }

  @Test(arguments: 0..<50) func `the three reasons add up to the change`(_ seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24) * 100
    }
    let parts = (0..<6).map { index in
      Part(
        unit: index % 2 == 0 ? "Hrs" : "GB", quantityBefore: index == 3 ? 0 : next(),
        costBefore: index == 3 ? 0 : next(), quantity: next(), cost: next())
    }
    let change = parts.reduce(0) { $0 + $1.cost - $1.costBefore } * 4
    #expect(abs(CostDecomposition(parts, days: 4).total - change) < 1e-6)
  }
}
