"""What was decided: programme files, their words, the days and amounts they speak of."""
