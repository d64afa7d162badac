"""What was decided: programme files, their words, and the days and amounts they speak of. No Django."""
