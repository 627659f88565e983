print("kakeibo")
