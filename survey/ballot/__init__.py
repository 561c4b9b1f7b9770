"""From a code to an anonymous answer: slips, sealing, mixing."""
