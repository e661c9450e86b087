print("minibox")
