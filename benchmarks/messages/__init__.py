"""How fast messages leave, beside a script that writes and sends them with smtplib alone; and what a claim costs."""
