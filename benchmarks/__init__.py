"""What ssot_lint costs beside other tools, in ratios that hold on any machine."""
