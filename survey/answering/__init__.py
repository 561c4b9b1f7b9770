"""The respondent's pages: from a code or link to the thank-you, without a cookie, without a script."""
