"""What operators use: alerts, dashboard, and the origin of a build."""
