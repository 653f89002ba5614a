"""What is wrong or doubtful in a fault map, before any estimate."""
