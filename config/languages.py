"""The interface's languages, each by its own name."""

LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt-br", "Português (Brasil)"),
    ("ar", "العربية"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("bn", "বাংলা"),
    ("zh-hans", "中文"),
    ("ja", "日本語"),
    ("sw", "Kiswahili"),
    ("id", "Bahasa Indonesia"),
]
