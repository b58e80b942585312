"""What work may take, and how it is split over processes."""
